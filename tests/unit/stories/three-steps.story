# ACK and FIN in one segment; the FIN of the client rides on 78 bytes.
client sent=78 received=0
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
1000 c ESTABLISHED FIN-WAIT-1 by=812 seq=79 ack=1
1014 c > FIN,PSH,ACK 1 1 len=78
1020 s < FIN,PSH,ACK 1 1 len=78
1021 s ESTABLISHED CLOSE-WAIT by=segment seq=1 ack=80
1038 s CLOSE-WAIT LAST-ACK by=301 seq=1 ack=80
1040 s > FIN,ACK 1 80
1050 c < FIN,ACK 1 80
1051 c FIN-WAIT-1 FIN-WAIT-2 by=segment seq=80 ack=1
client cause=closed flag=minisocket
1051 c FIN-WAIT-2 TIME-WAIT as=hidden by=segment seq=80 ack=2
1052 c FIN-WAIT-2 CLOSED as=raw by=segment
1055 c > ACK 80 2
1060 s < ACK 80 2
server cause=peer
1061 s LAST-ACK CLOSED by=segment seq=2 ack=80
1200000 c TIME-WAIT CLOSED as=hidden reason=reused
