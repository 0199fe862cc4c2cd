// Makes calls through tea-roa, the client of Terraform's alicloud provider: one JSON line in, one JSON line out.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	roa "github.com/alibabacloud-go/tea-roa/client"
	util "github.com/alibabacloud-go/tea-utils/service"
	"github.com/alibabacloud-go/tea/tea"
)

// Longest line, bytes: a call carries code.
const maxLine = 16 << 20

type call struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Query   map[string]string `json:"query"`
	Headers map[string]string `json:"headers"`
	Body    any               `json:"body"`
}

type answer struct {
	Headers map[string]string `json:"headers,omitempty"`
	Body    any               `json:"body,omitempty"`
	Status  int               `json:"status,omitempty"`
	Code    string            `json:"code,omitempty"`
	Message string            `json:"message,omitempty"`
}

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve() error {
	client, err := roa.NewClient(&roa.Config{
		AccessKeyId:     tea.String(os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_ID")),
		AccessKeySecret: tea.String(os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET")),
		SecurityToken:   tea.String(os.Getenv("ALIBABA_CLOUD_SECURITY_TOKEN")),
		RegionId:        tea.String(os.Getenv("ALIBABA_CLOUD_REGION")),
		Endpoint:        tea.String(os.Getenv("ENDPOINT")),
		Protocol:        tea.String("HTTP"),
		ReadTimeout:     tea.Int(30000),
		ConnectTimeout:  tea.Int(30000),
	})
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, maxLine)
	replies := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var given call
		if err := json.Unmarshal(lines.Bytes(), &given); err != nil {
			return err
		}
		reply, err := do(client, given)
		if err != nil {
			return err
		}
		if err := replies.Encode(reply); err != nil {
			return err
		}
	}
	return lines.Err()
}

// An error of the service is an answer; anything else ends the program.
func do(client *roa.Client, given call) (answer, error) {
	result, err := client.DoRequest(tea.String("2023-03-30"), nil, tea.String(given.Method), tea.String("AK"),
		tea.String(given.Path), pointers(given.Query), pointers(given.Headers), given.Body, &util.RuntimeOptions{})
	var refused *tea.SDKError
	if errors.As(err, &refused) {
		return answer{Status: tea.IntValue(refused.StatusCode), Code: tea.StringValue(refused.Code),
			Message: tea.StringValue(refused.Message)}, nil
	}
	if err != nil {
		return answer{}, err
	}
	headers := map[string]string{}
	if got, ok := result["headers"].(map[string]any); ok {
		for name, value := range got {
			headers[name] = fmt.Sprint(value)
		}
	}
	return answer{Headers: headers, Body: result["body"]}, nil
}

func pointers(given map[string]string) map[string]*string {
	if given == nil {
		return nil
	}
	all := map[string]*string{}
	for name, value := range given {
		all[name] = tea.String(value)
	}
	return all
}
