server flag=request cause=refusal state=CLOSED known=3
21 s < SYN 0
25 s > RST,ACK -1000 1
