client sent=78 received=615
21 s < SYN 0
22 s LISTEN SYN-RECEIVED as=hidden by=segment
25 s > SYN,ACK 0 1
84 s < ACK 1 1
85 s LISTEN SYN-RECEIVED as=raw by=segment
86 s SYN-RECEIVED ESTABLISHED by=segment seq=1 ack=1
1020 s < FIN,ACK 79 616
1021 s ESTABLISHED CLOSE-WAIT by=segment seq=616 ack=80
1025 s > ACK 616 80
1138 s CLOSE-WAIT LAST-ACK by=301 seq=616 ack=80
1140 s > FIN,ACK 616 80
client cause=closed flag=minisocket
211140 s > FIN,ACK 616 80 again=1
211160 s < ACK 80 617
server cause=peer
211161 s LAST-ACK CLOSED by=segment seq=617 ack=80
