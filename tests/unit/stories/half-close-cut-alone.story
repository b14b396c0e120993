10 s < SYN 0
11 s LISTEN SYN-RECEIVED as=hidden by=segment
12 s > SYN,ACK 0 1
30 s < ACK 1 1
31 s LISTEN SYN-RECEIVED as=raw by=segment
32 s SYN-RECEIVED ESTABLISHED by=segment seq=1 ack=1
server received=78
1010 s < FIN,ACK 79 1
1011 s ESTABLISHED CLOSE-WAIT by=segment seq=1 ack=80
1012 s > ACK 1 80
server cause=timeout sent=5000
900000 s CLOSE-WAIT CLOSED by=timer tries=5 error=ETIMEDOUT seq=5001 ack=80
