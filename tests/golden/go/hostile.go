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
  "model": "claude-opus-5-5",
  "max_tokens": 100,
  "system": "It's \"quoted\" '''triple''' \"\"\"double\"\"\" \u0060tick\u0060 \u0060\u0060\u0060 ${x} ${{x}} $(touch canary) \u0060touch canary\u0060 $HOME !! %s {0} {{v}}\n'; touch canary; '\n\"; touch canary; \"\nEOF\nJSON\nHEREDOC\n  JSON\n\\\n\\\\\n\\n \\' \\\" \\\u0060 \\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}\na\tb\r\nc\rd\u0000e\u0001\u0007\b\f\u001b[31m\u007f\u0085\u00a0\u00ad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe\n😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \udb40\udc01 \udbff\udfff 🫶\n</script><!-- --> */ // # @file\n\ntrailing space \n\t\n\n\"\"\"",
  "stop_sequences": [
    "'",
    "\"",
    "\\",
    "\n",
    "\"\"\"",
    "'''",
    "\u0060",
    "${",
    "\u0000",
    "'\"",
    "$(touch canary)",
    "@file"
  ],
  "metadata": {
    "user_id": "'; touch canary #"
  },
  "$(touch canary)": {
    "\u0060touch canary\u0060": "'''",
    "\"\"\"": "\\",
    "${process.exit(7)}": "\u2028",
    "'; touch canary; '": "😀"
  },
  "messages": [
    {
      "role": "user",
      "content": "It's \"quoted\" '''triple''' \"\"\"double\"\"\" \u0060tick\u0060 \u0060\u0060\u0060 ${x} ${{x}} $(touch canary) \u0060touch canary\u0060 $HOME !! %s {0} {{v}}\n'; touch canary; '\n\"; touch canary; \"\nEOF\nJSON\nHEREDOC\n  JSON\n\\\n\\\\\n\\n \\' \\\" \\\u0060 \\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}\na\tb\r\nc\rd\u0000e\u0001\u0007\b\f\u001b[31m\u007f\u0085\u00a0\u00ad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe\n😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \udb40\udc01 \udbff\udfff 🫶\n</script><!-- --> */ // # @file\n\ntrailing space \n\t\n\n\"\"\"\\"
    },
    {
      "role": "assistant",
      "content": "It's \"quoted\" '''triple''' \"\"\"double\"\"\" \u0060tick\u0060 \u0060\u0060\u0060 ${x} ${{x}} $(touch canary) \u0060touch canary\u0060 $HOME !! %s {0} {{v}}\n'; touch canary; '\n\"; touch canary; \"\nEOF\nJSON\nHEREDOC\n  JSON\n\\\n\\\\\n\\n \\' \\\" \\\u0060 \\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}\na\tb\r\nc\rd\u0000e\u0001\u0007\b\f\u001b[31m\u007f\u0085\u00a0\u00ad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe\n😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \udb40\udc01 \udbff\udfff 🫶\n</script><!-- --> */ // # @file\n\ntrailing space \n\t\n\n\"\"\"\""
    },
    {
      "role": "user",
      "content": [
        {
          "type": "text",
          "text": "@It's \"quoted\" '''triple''' \"\"\"double\"\"\" \u0060tick\u0060 \u0060\u0060\u0060 ${x} ${{x}} $(touch canary) \u0060touch canary\u0060 $HOME !! %s {0} {{v}}\n'; touch canary; '\n\"; touch canary; \"\nEOF\nJSON\nHEREDOC\n  JSON\n\\\n\\\\\n\\n \\' \\\" \\\u0060 \\${ \\u0041 \\U0001F600 \\x41 \\N{DASH}\na\tb\r\nc\rd\u0000e\u0001\u0007\b\f\u001b[31m\u007f\u0085\u00a0\u00ad\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029\ufeff\ufffe\n😀 👨\u200d👩\u200d👧 ❤️ السلام 漢字 é \udb40\udc01 \udbff\udfff 🫶\n</script><!-- --> */ // # @file\n\ntrailing space \n\t\n\n\"\"\"\u0060"
        },
        {
          "type": "text",
          "text": "\n"
        },
        {
          "type": "text",
          "text": "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n$"
        },
        {
          "type": "text",
          "text": "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n"
        },
        {
          "type": "text",
          "text": "{"
        },
        {
          "type": "text",
          "text": "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\n''''''''''''''''''''''''''''''''''''''''''''''''''''''''''''"
        },
        {
          "type": "text",
          "text": "\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\n\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\"
        }
      ]
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
