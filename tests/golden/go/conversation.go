package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"time"
)

const body = `{
  "model": "claude-sonnet-5-5",
  "max_tokens": 4096,
  "system": "You are a careful editor.\n\n- Keep the author's voice.\n- Say \"done\" when there is nothing to mend.\n",
  "thinking": {
    "type": "adaptive",
    "display": "summarized"
  },
  "output_config": {
    "effort": "low"
  },
  "stop_sequences": [
    "\n\nHuman:",
    "END"
  ],
  "metadata": {
    "user_id": "8d0c-11"
  },
  "messages": [
    {
      "role": "user",
      "content": "Please mend this sentence: it don't matter how long a line is, no formatter breaks a string, so it stays."
    },
    {
      "role": "assistant",
      "content": "It doesn't matter how long a line is."
    },
    {
      "role": "user",
      "content": "And this one:\n\n    def f():\n        return '''it's \"quoted\"'''  \n"
    }
  ]
}`

func main() {
	log.SetFlags(0)
	if err := send(body); err != nil {
		log.Fatal(err)
	}
}

// send posts a request and prints the text of the answer.
func send(text string) error {
	key := os.Getenv("ANTHROPIC_API_KEY")
	if key == "" {
		return errors.New("ANTHROPIC_API_KEY is not set")
	}
	request, err := http.NewRequest("POST", "https://api.anthropic.com/v1/messages", strings.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("x-api-key", key)
	request.Header.Set("anthropic-version", "2023-06-01")
	request.Header.Set("content-type", "application/json")
	client := http.Client{
		Timeout: time.Hour,
		// A redirect would take the key along.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		problem, _ := io.ReadAll(response.Body)
		return fmt.Errorf("%s\n%s", response.Status, problem)
	}

	var message struct {
		Content []struct{ Type, Text string }
	}
	if err := json.NewDecoder(response.Body).Decode(&message); err != nil {
		return err
	}
	for _, block := range message.Content {
		if block.Type == "text" {
			fmt.Println(block.Text)
		}
	}
	return nil
}
