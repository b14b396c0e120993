# An ACK for no connection.
server known=3 flag=request state=CLOSED cause=no-listener role=0
21 s < ACK 77 5
25 s > RST -995
