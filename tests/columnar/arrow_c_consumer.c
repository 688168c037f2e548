// A consumer in C: proves that the public header of the structs is C, and that they work from it.
#include "ashlar/arrow_c.h"

int64_t ashlar_test_sum_of_column(struct ArrowArrayStream* stream, int64_t column);

// The sum of a column of int64 without nulls; releases the stream. -1 for an error.
int64_t ashlar_test_sum_of_column(struct ArrowArrayStream* stream, int64_t column) {
  int64_t sum = 0;
  for (;;) {
    struct ArrowArray batch;
    if (stream->get_next(stream, &batch) != 0) {
      sum = -1;
      break;
    }
    if (batch.release == 0) break;
    const struct ArrowArray* values = batch.children[column];
    const int64_t* first = (const int64_t*)values->buffers[1] + values->offset;
    for (int64_t i = 0; i < values->length; ++i) sum += first[i];
    batch.release(&batch);
  }
  stream->release(stream);
  return sum;
}
