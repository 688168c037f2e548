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
