# Of the TIME-WAIT before that nothing was kept; two ACKs are lost.
client joined=TIME-WAIT
1140 s CLOSE-WAIT LAST-ACK by=301 seq=616 ack=80
1141 s > FIN,ACK 616 80
211140 s > FIN,ACK 616 80 again=1
211150 c < FIN,ACK 616 80 again=1
211151 c TIME-WAIT TIME-WAIT as=hidden by=segment
211155 c > ACK 80 617
611140 s > FIN,ACK 616 80 again=2
611150 c < FIN,ACK 616 80 again=2
611151 c TIME-WAIT TIME-WAIT as=hidden by=segment
611155 c > ACK 80 617
611160 s < ACK 80 617
server cause=peer
611161 s LAST-ACK CLOSED by=segment seq=617 ack=80
