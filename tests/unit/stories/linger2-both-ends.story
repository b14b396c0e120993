server flag=request
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
client sent=5 received=0
1000 c ESTABLISHED FIN-WAIT-1 by=812 seq=6 ack=1
1001 c > FIN,ACK 6 1
1010 s < FIN,ACK 6 1
1011 s ESTABLISHED CLOSE-WAIT by=segment seq=1 ack=7
1012 s > ACK 1 7
1020 c < ACK 1 7
1021 c FIN-WAIT-1 FIN-WAIT-2 by=segment seq=7 ack=1
client cause=linger
2000 c FIN-WAIT-2 CLOSED by=812 seq=7 ack=1
2001 c > RST,ACK 7 1
2010 s < RST,ACK 7 1
server cause=reset
2011 s CLOSE-WAIT CLOSED by=segment error=EPIPE
