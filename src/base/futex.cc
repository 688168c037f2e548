// The system calls behind FutexWord; see the header.
#include "src/base/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>

namespace ashlar::base {
namespace {

static_assert(sizeof(std::atomic<uint32_t>) == sizeof(uint32_t));
static_assert(std::atomic<uint32_t>::is_always_lock_free);

// An error is that the number has changed or a signal came, which callers find out by themselves.
void Futex(const std::atomic<uint32_t>* word, int operation, uint32_t value) {
  (void)syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, nullptr, nullptr, 0);
}

}  // namespace

void FutexWord::WaitWhile(uint32_t value) const { Futex(&value_, FUTEX_WAIT, value); }
void FutexWord::WakeOne() { Futex(&value_, FUTEX_WAKE, 1); }
void FutexWord::WakeAll() { Futex(&value_, FUTEX_WAKE, INT_MAX); }

}  // namespace ashlar::base
