# The data overtake the FIN, which comes again although it was only late: both arrive.
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
201014 c > FIN,ACK 79 616 again=1
301020 s < FIN,ACK 79 616
301021 s ESTABLISHED CLOSE-WAIT by=segment seq=616 ack=80
301025 s > ACK 616 80
301100 s < FIN,ACK 79 616 again=1
301105 s > ACK 616 80
601031 c < ACK 616 80
601032 c FIN-WAIT-1 FIN-WAIT-2 by=segment seq=80 ack=616
601131 c < ACK 616 80
