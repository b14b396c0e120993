client known=7
server known=3 flag=request role=2
0 c CLOSED SYN-SENT by=812
9 c > SYN 0
server state=CLOSED cause=no-listener
21 s < SYN 0
25 s > RST,ACK -1000 1
31 c < RST,ACK -1000 1
client cause=refused
33 c SYN-SENT CLOSED by=segment error=ECONNREFUSED
