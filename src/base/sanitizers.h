// What watches the program while it runs, whatever the compiler calls it.
#ifndef ASHLAR_SRC_BASE_SANITIZERS_H_
#define ASHLAR_SRC_BASE_SANITIZERS_H_

// 1 where ThreadSanitizer looks at each load and store: those that are atomic only by the word must
// then be made word by word.
#if defined(__SANITIZE_THREAD__)
#define ASHLAR_RACES_ARE_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ASHLAR_RACES_ARE_WATCHED 1
#endif
#endif
#ifndef ASHLAR_RACES_ARE_WATCHED
#define ASHLAR_RACES_ARE_WATCHED 0
#endif

#endif  // ASHLAR_SRC_BASE_SANITIZERS_H_
