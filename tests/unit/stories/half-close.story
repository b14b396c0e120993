# A half-close as the client alone tells it.
client sent=78 received=10615
0 c CLOSED SYN-SENT by=812
9 c > SYN 0
31 c < SYN,ACK 0 1
33 c SYN-SENT ESTABLISHED by=segment seq=1 ack=1
70 c > ACK 1 1
1000 c ESTABLISHED FIN-WAIT-1 by=812 seq=79 ack=1
1014 c > FIN,ACK 79 1
1030 c < ACK 1 80
1031 c FIN-WAIT-1 FIN-WAIT-2 by=segment seq=80 ack=1
9050 c < FIN,ACK 10616 80
client cause=closed flag=minisocket
9051 c FIN-WAIT-2 TIME-WAIT as=hidden by=segment seq=80 ack=10617
9055 c > ACK 80 10617
