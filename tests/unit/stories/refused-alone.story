client known=7
0 c CLOSED SYN-SENT by=812
9 c > SYN 0
31 c < RST,ACK -1000 1
client cause=refused
33 c SYN-SENT CLOSED by=segment error=ECONNREFUSED
