// ResourceLimit: a full disk, or a process with all descriptors in use, for one scope.
//
// Owns: the soft limit of this process. Does not own: what is tried meanwhile. A file written past
// RLIMIT_FSIZE gives EFBIG, which is want of space like ENOSPC; with RLIMIT_NOFILE, descriptors
// that are open stay so, and no other can be had.
#ifndef ASHLAR_TESTS_TESTING_RESOURCE_LIMIT_H_
#define ASHLAR_TESTS_TESTING_RESOURCE_LIMIT_H_

#include <sys/resource.h>

#include <csignal>

#include "src/base/check.h"

namespace ashlar::testkit {

class ResourceLimit {
 public:
  using Resource = decltype(RLIMIT_FSIZE);

  ResourceLimit(Resource resource, rlim_t value)
      : resource_(resource), old_action_(std::signal(SIGXFSZ, SIG_IGN)) {
    ASHLAR_CHECK(getrlimit(resource_, &old_limit_) == 0);
    const rlimit limit = {value, old_limit_.rlim_max};
    ASHLAR_CHECK(setrlimit(resource_, &limit) == 0);
  }
  ResourceLimit(const ResourceLimit&) = delete;
  ResourceLimit& operator=(const ResourceLimit&) = delete;
  ~ResourceLimit() {
    ASHLAR_CHECK(setrlimit(resource_, &old_limit_) == 0);
    std::signal(SIGXFSZ, old_action_);
  }

 private:
  using Action = void (*)(int);
  const Resource resource_;
  const Action old_action_;
  rlimit old_limit_ = {};
};

// No file of this process grows beyond `bytes`.
class FileSizeLimit : public ResourceLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : ResourceLimit(RLIMIT_FSIZE, bytes) {}
};

// Whether the runtime of this build opens files of its own, so that it cannot do without
// descriptors.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kRuntimeNeedsDescriptors = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kRuntimeNeedsDescriptors = true;
#else
inline constexpr bool kRuntimeNeedsDescriptors = false;
#endif
#else
inline constexpr bool kRuntimeNeedsDescriptors = false;
#endif

// No descriptor can be had.
class NoDescriptors : public ResourceLimit {
 public:
  NoDescriptors() : ResourceLimit(RLIMIT_NOFILE, 0) {}
};

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_RESOURCE_LIMIT_H_
