// Connections that nobody uses at the moment.

package keystead

import "sync"

// pool keeps the connections of a client that are open and idle. As many are open as calls are made at once.
type pool struct {
	mutex sync.Mutex
	idle  []*connection
}

// take gives the connection that was used last and is still good, or nil. surely: see connection.isFresh.
func (p *pool) take(surely bool) *connection {
	for {
		// Taken out first: looking at it asks the kernel.
		last := p.pop()
		if last == nil || last.isFresh(surely) {
			return last
		}
		last.close()
	}
}

func (p *pool) pop() *connection {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	count := len(p.idle)
	if count == 0 {
		return nil
	}
	last := p.idle[count-1]
	p.idle[count-1] = nil
	p.idle = p.idle[:count-1]
	return last
}

// giveBack keeps a connection for the next call, if the service keeps it too; else it ends it.
func (p *pool) giveBack(c *connection) {
	if !c.isReusable() || !p.push(c) {
		c.close()
	}
}

func (p *pool) push(c *connection) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if len(p.idle) >= maxKeptConnections {
		return false
	}
	p.idle = append(p.idle, c)
	return true
}

// closeIdle ends all that are kept.
func (p *pool) closeIdle() {
	for c := p.pop(); c != nil; c = p.pop() {
		c.close()
	}
}
