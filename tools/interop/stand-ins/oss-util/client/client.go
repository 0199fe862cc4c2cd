// Package client stands in for a helper of the OSS gateway.
package client
