# Segments dropped from the middle of the client's history: they are inferred, and half of each is observed.
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
1000 c gap count=2
1020 s < FIN,ACK 79 616
1021 s ESTABLISHED CLOSE-WAIT by=segment seq=616 ack=80
1025 s > ACK 616 80
1032 c FIN-WAIT-1 FIN-WAIT-2 by=segment seq=80 ack=616
1138 s CLOSE-WAIT LAST-ACK by=301 seq=616 ack=80
1140 s > FIN,ACK 616 80
1150 c < FIN,ACK 616 80
client flag=minisocket cause=closed
1151 c FIN-WAIT-2 TIME-WAIT as=hidden by=segment seq=80 ack=617
1155 c > ACK 80 617
1160 s < ACK 80 617
1161 s LAST-ACK CLOSED by=segment seq=617 ack=80
