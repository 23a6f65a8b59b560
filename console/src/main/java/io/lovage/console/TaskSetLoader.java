package io.lovage.console;

import io.lovage.TaskSet;
import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds and makes the {@link TaskSet} that {@code -A} names. */
final class TaskSetLoader {
    private final String className;
    private final String classPath;

    /** Uses jars and class folders beside what is there anyway; {@code classPath} may be empty. */
    TaskSetLoader(String className, String classPath) {
        this.className = className;
        this.classPath = classPath;
    }

    /**
     * Makes it, and its class loader the one of this thread.
     *
     * @throws UsageException saying in one line what is wrong with the class or the class path
     */
    TaskSet load() {
        ClassLoader loader = loader();
        Thread.currentThread().setContextClassLoader(loader);
        try {
            Class<?> type = Class.forName(className, false, loader);
            if (!TaskSet.class.isAssignableFrom(type)) {
                throw new UsageException("-A " + className + " does not implement " + TaskSet.class.getName());
            }
            if (!Modifier.isPublic(type.getModifiers()) || Modifier.isAbstract(type.getModifiers())) {
                throw new UsageException("-A " + className + " must be a public class that is not abstract");
            }
            return make(type.asSubclass(TaskSet.class).getConstructor());
        } catch (ClassNotFoundException e) {
            throw new UsageException(
                    "-A " + className + ": no such class"
                            + (classPath.isEmpty() ? "; name its jars with --classpath" : " in " + classPath),
                    e);
        } catch (NoSuchMethodException e) {
            throw new UsageException("-A " + className + " has no public constructor without arguments", e);
        } catch (LinkageError e) {
            throw new UsageException("-A " + className + " cannot be loaded: " + e, e);
        }
    }

    private TaskSet make(Constructor<? extends TaskSet> constructor) {
        try {
            return constructor.newInstance();
        } catch (InvocationTargetException e) {
            throw new UsageException("-A " + className + ": its constructor failed: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new UsageException("-A " + className + " cannot be made: " + e, e);
        }
    }

    /** Lives as long as the process: the tasks load their classes through it. */
    private ClassLoader loader() {
        List<URL> urls = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            if (!entry.isBlank()) {
                urls.add(url(Path.of(entry.strip())));
            }
        }
        ClassLoader parent = TaskSetLoader.class.getClassLoader();
        return urls.isEmpty() ? parent : new URLClassLoader("tasks", urls.toArray(URL[]::new), parent);
    }

    private static URL url(Path entry) {
        if (!Files.isReadable(entry)) {
            throw new UsageException("--classpath: cannot read " + entry);
        }
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UsageException("--classpath: " + entry + ": " + e.getMessage(), e);
        }
    }
}
