# Events were dropped, but long before: the FIN that did not come was lost.
server joined=ESTABLISHED
client joined=ESTABLISHED
1000 c ESTABLISHED FIN-WAIT-1 by=812 seq=1 ack=1
1003 c > FIN,ACK 1 1
201003 c > FIN,ACK 1 1 again=1
201010 s < FIN,ACK 1 1
201011 s ESTABLISHED CLOSE-WAIT by=segment seq=1 ack=2
201012 s > ACK 1 2
201031 c < ACK 1 2
201032 c FIN-WAIT-1 FIN-WAIT-2 by=segment seq=2 ack=1
6201003 s CLOSE-WAIT LAST-ACK by=301
6201005 s > FIN,ACK 1 2
7501005 s > FIN,ACK 1 2 again=1
7501030 c < FIN,ACK 1 2
7501035 c > ACK 2 2
