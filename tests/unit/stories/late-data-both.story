# One byte after the FIN of a client that had closed: it is answered by a reset.
server sent=1
client joined=ESTABLISHED
server joined=ESTABLISHED
1000 c ESTABLISHED FIN-WAIT-1 by=812 seq=1 ack=1
1003 c > FIN,ACK 1 1
1010 s < FIN,ACK 1 1
1011 s ESTABLISHED CLOSE-WAIT by=segment seq=1 ack=2
1012 s > ACK 1 2
1031 c < ACK 1 2
1032 c FIN-WAIT-1 FIN-WAIT-2 by=segment seq=2 ack=1
client flag=minisocket cause=closed
1033 c FIN-WAIT-2 FIN-WAIT-2 as=hidden by=812
1034 c FIN-WAIT-2 CLOSED as=raw by=812
100104 c > RST 2
100105 c FIN-WAIT-2 CLOSED as=hidden by=segment reason=late-data
100110 s < RST 2
server cause=reset
100112 s CLOSE-WAIT CLOSED by=segment error=EPIPE seq=2 ack=2
