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
1012 s > ACK 1 2
1020 c < ACK 1 2
1021 c FIN-WAIT-1 FIN-WAIT-2 by=segment seq=2 ack=1
1300 s CLOSE-WAIT LAST-ACK by=33 seq=1 ack=2
1301 s > FIN,ACK 1 2
1310 c < FIN,ACK 1 2
client flag=minisocket cause=closed
1311 c FIN-WAIT-2 TIME-WAIT as=hidden by=segment seq=2 ack=2
1312 c > ACK 2 2
1400 c TIME-WAIT CLOSED as=hidden by=900 reason=aborted
201301 s > FIN,ACK 1 2 again=1
201310 c < FIN,ACK 1 2 again=1
201311 c > RST 2
201320 s < RST 2
server cause=reset
201321 s LAST-ACK CLOSED by=segment error=ECONNRESET
