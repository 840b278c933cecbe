package main

import (
	"bufio"
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
  "model": "claude-opus-5-5",
  "max_tokens": 1024,
  "stream": true,
  "messages": [
    {
      "role": "user",
      "content": "Hello, Claude"
    }
  ]
}`

func main() {
	log.SetFlags(0)
	if err := send(body); err != nil {
		log.Fatal(err)
	}
}

// send posts a request and prints the text of the answer as it arrives.
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

	lines := bufio.NewReader(response.Body)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return fmt.Errorf("the stream broke off: %w", err)
		}
		if !strings.HasPrefix(line, "data:") {
			continue
		}
		var event struct {
			Type  string
			Delta struct{ Type, Text string }
		}
		if err := json.Unmarshal([]byte(strings.TrimPrefix(line, "data:")), &event); err != nil {
			return err
		}
		switch {
		case event.Delta.Type == "text_delta":
			fmt.Print(event.Delta.Text)
		case event.Type == "error":
			return errors.New(line)
		case event.Type == "message_stop":
			fmt.Println()
			return nil
		}
	}
}
