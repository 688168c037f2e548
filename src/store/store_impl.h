// What a Store handle holds.
#ifndef ASHLAR_SRC_STORE_STORE_IMPL_H_
#define ASHLAR_SRC_STORE_STORE_IMPL_H_

#include <memory>

#include "ashlar/store.h"
#include "src/store/store_core.h"

namespace ashlar {

struct Store::Impl {
  std::shared_ptr<store::StoreCore> core;
};

}  // namespace ashlar

#endif  // ASHLAR_SRC_STORE_STORE_IMPL_H_
