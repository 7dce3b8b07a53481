/** Programs that measure; not tests. */
package dev.mangrove.delta.bench;
