//! Files that are written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// A file's new text.
pub(super) struct NewText {
    /// Which file.
    pub(super) path: PathBuf,
    /// What it held when it was compared; none when it was not there.
    pub(super) before: Option<String>,
    /// What it is to hold.
    pub(super) text: String,
    /// Whose rights a file gets that was not there.
    pub(super) like: PathBuf,
}

/// Writes them all: each beside its place first, so that a full disk changes nothing, and
/// then one after the other to it, so that nobody finds half a file. `made` counts those
/// that are there.
///
/// # Errors
/// When one cannot be written, or somebody changed it since it was compared.
pub(super) fn write(files: &[NewText], made: &mut usize) -> anyhow::Result<()> {
    let mut drafts = Vec::new();
    let written = write_all(files, &mut drafts, made);
    // Those that have their name already are not there any more.
    drafts.iter().for_each(|draft| drop(fs::remove_file(draft)));
    written
}

fn write_all(files: &[NewText], drafts: &mut Vec<PathBuf>, made: &mut usize) -> anyhow::Result<()> {
    for file in files {
        let draft = file.draft();
        let told = || format!("{} cannot be written", draft.display());
        let opened = file.open(&draft).with_context(told)?;
        drafts.push(draft.clone());
        file.fill(opened).with_context(told)?;
    }
    for (file, draft) in files.iter().zip(drafts) {
        let path = file.path.display();
        if !file.is_as_before() {
            bail!("{path} was changed by somebody else at the same time: run it again");
        }
        fs::rename(draft, &file.path).with_context(|| format!("{path} cannot be written"))?;
        *made += 1;
        // The name is on the disk too when the folder is.
        let folder = file.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

impl NewText {
    fn draft(&self) -> PathBuf {
        let name = self.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        self.path.with_file_name(format!(".{name}.draft"))
    }

    /// One at a time: whoever writes the same file has the draft.
    fn open(&self, draft: &Path) -> anyhow::Result<File> {
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft);
        match opened {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => bail!(
                "another \"portreeve apply\" is at it; if there is none, it was stopped: delete the file"
            ),
            opened => Ok(opened?),
        }
    }

    /// Whoever could read the file still can: a server need not be who applies.
    fn fill(&self, mut draft: File) -> anyhow::Result<()> {
        let like = if self.before.is_some() { &self.path } else { &self.like };
        let rights = fs::metadata(like)?;
        let (user, group) = (rights.uid(), rights.gid());
        fchown(&draft, Some(user), Some(group)).with_context(|| {
            let like = like.display();
            format!("it cannot be given to user {user} and group {group}, whose {like} is: run it as that user, or as root")
        })?;
        let mode = rights.permissions().mode() & 0o666;
        draft.set_permissions(fs::Permissions::from_mode(mode))?;
        draft.write_all(self.text.as_bytes())?;
        Ok(draft.sync_all()?)
    }

    fn is_as_before(&self) -> bool {
        match (fs::read_to_string(&self.path), &self.before) {
            (Ok(now), Some(before)) => now == *before,
            (Err(error), None) => error.kind() == ErrorKind::NotFound,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn written(files: &[NewText]) -> anyhow::Result<()> {
        write(files, &mut 0)
    }

    #[test]
    fn a_file_is_replaced_whole_and_keeps_its_rights() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("like"), "").unwrap();
        fs::set_permissions(at("like"), fs::Permissions::from_mode(0o640)).unwrap();
        let new = |before: Option<&str>, text: &str| NewText {
            path: at("a.toml"),
            before: before.map(str::to_owned),
            text: text.to_owned(),
            like: at("like"),
        };
        written(&[new(None, "one")]).unwrap();
        assert_eq!(
            (fs::read_to_string(at("a.toml")).unwrap().as_str(), mode(&at("a.toml"))),
            ("one", 0o640)
        );
        // Only root may give a file away.
        if std::os::unix::fs::chown(at("a.toml"), Some(4711), Some(4712)).is_ok() {
            written(&[new(Some("one"), "one")]).unwrap();
            let kept = fs::metadata(at("a.toml")).unwrap();
            assert_eq!((kept.uid(), kept.gid()), (4711, 4712));
        }
        fs::set_permissions(at("a.toml"), fs::Permissions::from_mode(0o604)).unwrap();
        written(&[new(Some("one"), "two")]).unwrap();
        assert_eq!(
            (fs::read_to_string(at("a.toml")).unwrap().as_str(), mode(&at("a.toml"))),
            ("two", 0o604)
        );
        for before in [None, Some("one")] {
            let told = written(&[new(before, "three")]).unwrap_err().to_string();
            assert!(told.contains("was changed by somebody else"), "{told}");
        }
        // Another's draft is left to them, and nothing is changed.
        fs::write(at(".a.toml.draft"), "theirs").unwrap();
        let told = format!("{:#}", written(&[new(Some("two"), "three")]).unwrap_err());
        assert!(told.contains(".a.toml.draft cannot be written: another"), "{told}");
        assert_eq!(fs::read_to_string(at("a.toml")).unwrap(), "two");
        assert_eq!(fs::read_to_string(at(".a.toml.draft")).unwrap(), "theirs");
        fs::remove_file(at(".a.toml.draft")).unwrap();
        let mut names: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|one| one.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["a.toml", "like"], "no draft is left");
    }

    #[test]
    fn those_that_are_there_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("like"), "").unwrap();
        let new = |name: &str, before: Option<&str>| NewText {
            path: at(name),
            before: before.map(str::to_owned),
            text: "new".to_owned(),
            like: at("like"),
        };
        fs::write(at("b.toml"), "theirs").unwrap();
        let mut made = 0;
        let told = write(&[new("a.toml", None), new("b.toml", None)], &mut made).unwrap_err();
        assert_eq!(made, 1, "{told}");
        assert_eq!(fs::read_to_string(at("a.toml")).unwrap(), "new");
    }
}
