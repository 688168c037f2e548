// Counting the distinct images of a disk that crash tests have judged.
//
// Owns: the set of one test, its line of output, and a file for whoever adds tests up (tools/test).
// Does not own: making or judging images.
#ifndef ASHLAR_TESTS_TESTING_CRASH_COUNT_H_
#define ASHLAR_TESTS_TESTING_CRASH_COUNT_H_

#include <cstdint>
#include <string>
#include <unordered_set>

namespace ashlar::testkit {

// Sanitized builds judge a fraction of the states: they look for other faults.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kThoroughCrashes = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(undefined_behavior_sanitizer)
inline constexpr bool kThoroughCrashes = false;
#else
inline constexpr bool kThoroughCrashes = true;
#endif
#else
inline constexpr bool kThoroughCrashes = true;
#endif

class CrashCount {
 public:
  // `hash` is ContentHash() of the image.
  void Add(uint64_t hash) { images_.insert(hash); }
  // Prints "<what>: n distinct images". With ASHLAR_CRASH_STATES=DIRECTORY also writes their hashes
  // to a file of the present test's name there, one a line.
  void Report(const std::string& what) const;

 private:
  std::unordered_set<uint64_t> images_;
};

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_CRASH_COUNT_H_
