/* SPDX-License-Identifier: GPL-2.0 */
/* Arrays that grow by doubling, so that adding n items costs O(n). Pure. */
#ifndef ROOM_H
#define ROOM_H

#include <stddef.h>
#include <stdint.h>

/** room_double - what room_for_one() does where there is none */
int room_double(void *array, uint64_t *room, size_t size);

/**
 * room_for_one - make room for one more item
 * @array: the pointer to its items, which may change
 * @count: how many there are
 * @room: for how many there is room
 * @size: bytes of an item
 *
 * Return: 0, or -1 when there is no memory: then all is as it was.
 */
static inline int room_for_one(void *array, uint64_t count, uint64_t *room, size_t size)
{
	return count < *room ? 0 : room_double(array, room, size);
}

#endif /* ROOM_H */
