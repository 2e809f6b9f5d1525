package dev.seriatim.tokenizer.maskgit.internal;

import dev.seriatim.tokenizer.maskgit.internal.VqMaskgitFactory.Configuration;
import java.util.List;

class ChannelsChangeTest extends VqMaskgitContract {
  @Override
  protected Configuration configuration() {
    return with(8, 16, 3, 32, List.of(8, 16, 16), 16);
  }
}
