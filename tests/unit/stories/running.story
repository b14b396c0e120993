# The ordinary life of the header's comment: four steps.
client sent=78 received=615
server sent=615 received=78
0 c CLOSED SYN-SENT by=812
9 c > SYN 0
21 s < SYN 0
22 s LISTEN SYN-RECEIVED as=hidden by=segment
25 s > SYN,ACK 0 1
31 c < SYN,ACK 0 1
33 c SYN-SENT ESTABLISHED by=segment seq=1 ack=1
70 c > ACK 1 1
84 s < ACK 1 1
85 s LISTEN SYN-RECEIVED as=raw by=segment
86 s SYN-RECEIVED ESTABLISHED by=segment seq=1 ack=1
120 s accepted by=301
203100 c ESTABLISHED FIN-WAIT-1 by=812 seq=79 ack=616
203114 c > FIN,ACK 79 616
203120 s < FIN,ACK 79 616
203121 s ESTABLISHED CLOSE-WAIT by=segment seq=616 ack=80
203125 s > ACK 616 80
203131 c < ACK 616 80
203132 c FIN-WAIT-1 FIN-WAIT-2 by=segment seq=80 ack=616
203138 s CLOSE-WAIT LAST-ACK by=301 seq=616 ack=80
203140 s > FIN,ACK 616 80
203150 c < FIN,ACK 616 80
client cause=closed flag=minisocket
203151 c FIN-WAIT-2 TIME-WAIT as=hidden by=segment seq=80 ack=617
203152 c FIN-WAIT-2 CLOSED as=raw by=segment
203155 c > ACK 80 617
203160 s < ACK 80 617
server cause=peer
203161 s LAST-ACK CLOSED by=segment seq=617 ack=80
now 12503151
