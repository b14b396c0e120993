client joined=ESTABLISHED cause=timeout
1000 c ESTABLISHED CLOSED by=timer error=ETIMEDOUT
