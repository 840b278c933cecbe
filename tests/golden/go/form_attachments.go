package main

import (
	"encoding/base64"
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

// body puts the request together.
func body() string {
	return `{
  "model": "claude-opus-5-5",
  "max_tokens": 2000,
  "system": "You answer customers of a shop, in plain English.",
  "output_config": {
    "format": {
      "type": "json_schema",
      "schema": {
        "type": "object",
        "properties": {
          "reply": {
            "type": "string",
            "description": "What the customer reads"
          },
          "mood": {
            "type": "string",
            "enum": [
              "angry",
              "calm"
            ]
          },
          "refund": {
            "type": "boolean"
          }
        },
        "required": [
          "reply",
          "mood",
          "refund"
        ],
        "additionalProperties": false
      }
    }
  },
  "tools": [
    {
      "name": "get_order",
      "description": "What was ordered, and where it is",
      "input_schema": {
        "type": "object",
        "properties": {
          "order_id": {
            "type": "string"
          }
        },
        "required": [
          "order_id"
        ],
        "additionalProperties": false
      }
    }
  ],
  "messages": [
    {
      "role": "user",
      "content": [
        {
          "type": "document",
          "source": {
            "type": "text",
            "media_type": "text/plain",
            "data": "` + jsonText(string(read("Terms-of-the-shop.txt"))) + `"
          },
          "title": "Terms of the shop"
        },
        {
          "type": "image",
          "source": {
            "type": "base64",
            "media_type": "image/png",
            "data": "` + base64.StdEncoding.EncodeToString(read("image.png")) + `"
          }
        },
        {
          "type": "text",
          "text": "Zoë O'Hara writes about order A-1042:\n\nThe box came \"open\".\nIt costs $40 – what now?\n\nPlease answer Zoë O'Hara."
        }
      ]
    }
  ]
}`
}

func main() {
	log.SetFlags(0)
	if err := send(body()); err != nil {
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

// jsonText returns a text as the content of a JSON string.
func jsonText(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted[1 : len(quoted)-1])
}

// read returns the content of a file in the folder this is run in.
func read(name string) []byte {
	content, err := os.ReadFile(name)
	if err != nil {
		log.Fatal(err)
	}
	return content
}
