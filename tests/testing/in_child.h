// InChild: a part of a test in a process of its own.
//
// Owns: forking, and waiting for the end. Does not own: what the child may do after a fork.
#ifndef ASHLAR_TESTS_TESTING_IN_CHILD_H_
#define ASHLAR_TESTS_TESTING_IN_CHILD_H_

#include <sys/wait.h>
#include <unistd.h>

namespace ashlar::testkit {

// Runs `body` in a child process; its result is the child's exit code. -1 for one that was killed,
// as one that hangs is.
template <typename Body>
int InChild(const Body& body) {
  constexpr unsigned kPatienceSeconds = 120;
  const pid_t child = fork();
  if (child == 0) {
    alarm(kPatienceSeconds);
    _exit(body());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace ashlar::testkit

#endif  // ASHLAR_TESTS_TESTING_IN_CHILD_H_
