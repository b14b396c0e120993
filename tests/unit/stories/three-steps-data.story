client
0 c CLOSED SYN-SENT by=812
1 c > SYN 0
10 s < SYN 0
11 s LISTEN SYN-RECEIVED as=hidden by=segment
12 s > SYN,ACK 0 1
20 c < SYN,ACK 0 1
21 c SYN-SENT ESTABLISHED by=segment seq=1 ack=1
22 c > ACK 1 1
30 s < ACK 1 1
31 s LISTEN SYN-RECEIVED as=raw by=segment
32 s SYN-RECEIVED ESTABLISHED by=segment seq=1 ack=1
1000 c ESTABLISHED FIN-WAIT-1 by=812 seq=1 ack=1
1001 c > FIN,ACK 1 1
1010 s < FIN,ACK 1 1
1011 s ESTABLISHED CLOSE-WAIT by=segment seq=1 ack=2
server sent=615
1100 s CLOSE-WAIT LAST-ACK by=33 seq=616 ack=2
1101 s > FIN,PSH,ACK 1 2 len=615
client received=615 flag=minisocket
1110 c < FIN,PSH,ACK 1 2 len=615
1111 c FIN-WAIT-1 FIN-WAIT-2 by=segment seq=2 ack=1
1112 c FIN-WAIT-2 TIME-WAIT as=hidden by=segment seq=2 ack=617
1113 c > ACK 2 617
1120 s < ACK 2 617
1121 s LAST-ACK CLOSED by=segment
