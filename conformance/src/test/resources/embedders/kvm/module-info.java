// SPDX-License-Identifier: BSD-3-Clause
module embedder {
    requires org.ioregionfd.kvm;
}
