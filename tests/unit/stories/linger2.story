client joined=FIN-WAIT-2 cause=linger
1000 c FIN-WAIT-2 CLOSED by=812
1003 c > RST,ACK 5 5
