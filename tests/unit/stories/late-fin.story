# The FIN waits for room in the window: it leaves later than FIN-WAIT-1 begins.
client joined=ESTABLISHED
server joined=ESTABLISHED
1000 c ESTABLISHED FIN-WAIT-1 by=812 seq=79 ack=616
51003 c > FIN,ACK 79 616
51031 s < FIN,ACK 79 616
51032 s ESTABLISHED CLOSE-WAIT by=segment seq=616 ack=80
51033 s > ACK 616 80
51040 c < ACK 616 80
51041 c FIN-WAIT-1 FIN-WAIT-2 by=segment
