// FaultInjector: decides which call fails.
//
// Owns: counting calls, the armed fault and the byte budget. Does not own: making a call fail in a
// believable way (faulty_file_system.h).
#ifndef ASHLAR_TESTS_TESTING_FAULT_INJECTOR_H_
#define ASHLAR_TESTS_TESTING_FAULT_INJECTOR_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "src/base/mutex.h"

namespace ashlar::testkit {

// Kinds of calls, to be combined with |.
using CallSet = uint32_t;
inline constexpr CallSet kCreateCall = 1 << 0;
inline constexpr CallSet kOpenForAppendCall = 1 << 1;
inline constexpr CallSet kOpenForReadCall = 1 << 2;
inline constexpr CallSet kAppendCall = 1 << 3;
inline constexpr CallSet kSyncCall = 1 << 4;
inline constexpr CallSet kTruncateCall = 1 << 5;
inline constexpr CallSet kCloseCall = 1 << 6;
inline constexpr CallSet kMapCall = 1 << 7;
inline constexpr CallSet kPopulateCall = 1 << 8;
inline constexpr CallSet kReadCall = 1 << 9;
inline constexpr CallSet kCreateDirectoryCall = 1 << 10;
inline constexpr CallSet kRenameCall = 1 << 11;
inline constexpr CallSet kUnlinkCall = 1 << 12;
inline constexpr CallSet kSyncDirectoryCall = 1 << 13;
inline constexpr CallSet kListCall = 1 << 14;
inline constexpr CallSet kLockCall = 1 << 15;
inline constexpr CallSet kWriteBlocksCall = 1 << 16;
inline constexpr CallSet kAllCalls = (1 << 17) - 1;
inline constexpr CallSet kMutatingCalls = kCreateCall | kAppendCall | kWriteBlocksCall | kSyncCall |
                                          kTruncateCall | kCloseCall | kCreateDirectoryCall |
                                          kRenameCall | kUnlinkCall | kSyncDirectoryCall;
inline constexpr CallSet kReadingCalls = kOpenForReadCall | kMapCall | kPopulateCall | kReadCall;

struct Fault {
  CallSet calls = kAllCalls;
  uint64_t nth = 1;      // The first call that fails, counted from Arm(), from 1.
  bool forever = false;  // And all that follow; else only that one.
  absl::Status status = absl::DataLossError("injected I/O error");
  // A failing write puts half of its bytes first; of blocks, whole ones.
  bool short_write = true;
  // A failing sync loses the bytes that were not synced before, at once.
  bool lose_unsynced = false;
};

// Thread-safe.
class FaultInjector {
 public:
  // Replaces the fault that was armed, if any, and counts hits from 0.
  void Arm(Fault fault);
  void Disarm();
  // Writes that make files longer fail with ResourceExhausted when they have taken so many bytes;
  // nullopt lifts the bound.
  void SetByteBudget(std::optional<uint64_t> bytes);

  // Calls that failed since Arm(), budget not counted.
  [[nodiscard]] uint64_t hits() const;
  // All calls of these kinds so far.
  [[nodiscard]] uint64_t calls(CallSet set) const;

  // The fault that this call meets.
  [[nodiscard]] std::optional<Fault> OnCall(CallSet call, std::string_view name);
  // How many of `wanted` bytes the budget allows; they are taken from it.
  [[nodiscard]] uint64_t TakeBytes(uint64_t wanted);
  void GiveBackBytes(uint64_t bytes);

 private:
  static constexpr int kKinds = 17;

  mutable base::Mutex mutex_;
  std::optional<Fault> fault_ ABSL_GUARDED_BY(mutex_);
  uint64_t matched_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t hits_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t counts_[kKinds] ABSL_GUARDED_BY(mutex_) = {};
  std::optional<uint64_t> budget_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_FAULT_INJECTOR_H_
