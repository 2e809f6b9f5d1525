package dev.seriatim.runtime.internal.config;

import dev.seriatim.api.model.PartDescription.Key;
import dev.seriatim.api.part.ConfigKey;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

/** Describes the keys of a configuration record; those of nested records with a dotted name. */
public final class ConfigKeys {
  private ConfigKeys() {}

  /** The keys, in the order of the record. */
  public static List<Key> of(Class<? extends Record> type) {
    List<Key> keys = new ArrayList<>();
    collect(type, "", keys);
    return List.copyOf(keys);
  }

  private static void collect(Class<? extends Record> type, String path, List<Key> keys) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = path + ConfigBinder.key(component);
      ConfigKey key = component.getAnnotation(ConfigKey.class);
      keys.add(
          new Key(
              name,
              TypeNames.plain(component.getGenericType()),
              key == null ? "" : key.defaultValue(),
              key == null ? "" : key.value()));
      Type nested = component.getGenericType();
      String inside = name + ".";
      if (TypeNames.isList(nested)) {
        nested = ((ParameterizedType) nested).getActualTypeArguments()[0];
        inside = name + "[].";
      }
      if (nested instanceof Class<?> c && c.isRecord()) {
        collect(c.asSubclass(Record.class), inside, keys);
      }
    }
  }
}
