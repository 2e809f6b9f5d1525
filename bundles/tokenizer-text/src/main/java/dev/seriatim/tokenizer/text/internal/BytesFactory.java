package dev.seriatim.tokenizer.text.internal;

import static dev.seriatim.api.part.PartException.require;

import dev.seriatim.api.canvas.Sequence;
import dev.seriatim.api.canvas.TokenSpace;
import dev.seriatim.api.part.Blueprint;
import dev.seriatim.api.part.ConfigKey;
import dev.seriatim.api.part.Frame;
import dev.seriatim.api.part.PartFactory;
import dev.seriatim.api.part.ProvidesPart;
import dev.seriatim.api.part.Tokenizer;
import java.nio.charset.StandardCharsets;
import org.osgi.service.component.annotations.Component;

/** Makes tokenizers whose ids are the bytes of a text in UTF-8. */
@Component(service = PartFactory.class)
@ProvidesPart(
    kind = ProvidesPart.TOKENIZER,
    id = BytesFactory.ID,
    version = "1.0.0",
    tokens = ProvidesPart.DISCRETE)
public final class BytesFactory implements PartFactory<Tokenizer, BytesFactory.Configuration> {
  static final String ID = "text.bytes";

  private static final int BYTES = 256;

  /** How long texts may be, and which ids there are beside the bytes. */
  public record Configuration(
      @ConfigKey("most tokens of a sequence, at least 1") int context,
      @ConfigKey(
              value = "whether every sequence begins with an id of its own: 256",
              defaultValue = "false")
          boolean begin,
      @ConfigKey(value = "whether an id ends a sequence: the next one", defaultValue = "false")
          boolean end,
      @ConfigKey(
              value = "whether there is an id for unknown tokens: the last one",
              defaultValue = "false")
          boolean mask) {}

  @Override
  public Class<Configuration> configuration() {
    return Configuration.class;
  }

  @Override
  public Blueprint<Tokenizer> blueprint(Configuration c, Frame frame) {
    require(c.context >= 1, ID, "context", "at least 1", c.context);
    Sequence layout = new Sequence(c.context);
    ExtraIds extra = new ExtraIds(BYTES, c.begin, c.end, c.mask);
    TokenSpace.Discrete tokens = new TokenSpace.Discrete(extra.vocabulary(), 1);
    return Blueprint.weightless(frame.with(layout, tokens), () -> new Bytes(layout, tokens, extra));
  }

  /** An id is a byte. */
  private static final class Bytes extends TextPart {
    private static final byte[] NOTHING = {};

    Bytes(Sequence layout, TokenSpace.Discrete tokens, ExtraIds extra) {
      super(ID, layout, tokens, extra.begin(), extra.ends());
    }

    @Override
    long[] idsOf(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      long[] ids = new long[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        ids[i] = Byte.toUnsignedInt(bytes[i]);
      }
      return ids;
    }

    @Override
    byte[] bytesOf(int token) {
      return token < BYTES ? new byte[] {(byte) token} : NOTHING;
    }
  }
}
