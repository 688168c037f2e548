// Whether this build is the one that goes through all of a long test.
//
// Owns: the question. Does not own: what a shorter test leaves out. Sanitized builds are five to
// ten times as slow and look for other faults: a part of the same cases is enough for them.
#ifndef ASHLAR_TESTS_TESTING_THOROUGH_H_
#define ASHLAR_TESTS_TESTING_THOROUGH_H_

namespace ashlar::testkit {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kThorough = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(undefined_behavior_sanitizer)
inline constexpr bool kThorough = false;
#else
inline constexpr bool kThorough = true;
#endif
#else
inline constexpr bool kThorough = true;
#endif

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_THOROUGH_H_
