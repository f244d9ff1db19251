// Package wire holds the messages of the wire contract, generated from interface/proto by generate.sh.
package wire
