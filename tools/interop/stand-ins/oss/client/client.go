// Package client stands in for the OSS gateway, which only OSS resources use.
package client

import (
	"errors"

	spi "github.com/alibabacloud-go/alibabacloud-gateway-spi/client"
)

type Client struct{ spi.ClientInterface }

func NewClient() (*Client, error) { return nil, errors.New("the OSS gateway is not part of this build") }
