package dev.mangrove.delta.codec;
