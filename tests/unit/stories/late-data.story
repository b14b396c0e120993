client joined=ESTABLISHED
1000 c ESTABLISHED FIN-WAIT-1 by=812 seq=79 ack=616
1003 c > FIN,ACK 79 616
1031 c < ACK 616 80
1032 c FIN-WAIT-1 FIN-WAIT-2 by=segment seq=80 ack=616
client flag=minisocket cause=closed
2032 c FIN-WAIT-2 FIN-WAIT-2 as=hidden by=812
2033 c FIN-WAIT-2 CLOSED as=raw by=812
3004 c > RST 80
3005 c FIN-WAIT-2 CLOSED as=hidden by=segment reason=late-data
