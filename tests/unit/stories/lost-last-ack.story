client sent=78 received=615
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
1000 c ESTABLISHED FIN-WAIT-1 by=812 seq=79 ack=616
1014 c > FIN,ACK 79 616
1020 s < FIN,ACK 79 616
1021 s ESTABLISHED CLOSE-WAIT by=segment seq=616 ack=80
1025 s > ACK 616 80
1031 c < ACK 616 80
1032 c FIN-WAIT-1 FIN-WAIT-2 by=segment seq=80 ack=616
1138 s CLOSE-WAIT LAST-ACK by=301 seq=616 ack=80
1140 s > FIN,ACK 616 80
1150 c < FIN,ACK 616 80
client cause=closed flag=minisocket
1151 c FIN-WAIT-2 TIME-WAIT as=hidden by=segment seq=80 ack=617
1152 c FIN-WAIT-2 CLOSED as=raw by=segment
1155 c > ACK 80 617
211140 s > FIN,ACK 616 80 again=1
211150 c < FIN,ACK 616 80 again=1
211151 c TIME-WAIT TIME-WAIT as=hidden by=segment
211155 c > ACK 80 617
211160 s < ACK 80 617
server cause=peer
211161 s LAST-ACK CLOSED by=segment seq=617 ack=80
60411151 c TIME-WAIT CLOSED as=hidden by=timer reason=expired
