//! Tensors of a safetensors file, read one by one where they stand.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    path::PathBuf,
};

use half::{bf16, f16};
use ndarray::{Array1, Array2};
use safetensors::{Dtype, tensor::Metadata};
use sha2::{Digest as _, Sha256};

use crate::{
    EmbedError,
    folder::Folder,
    layer::{Linear, Norm},
};

const FILE: &str = "model.safetensors";
/// Largest file, bytes; CLIP's largest checkpoints, images included, have 10 GB.
const MOST_BYTES: u64 = 1 << 35;
/// Longest header, bytes.
const MOST_HEADER: u64 = 1 << 24;

const HINT: &str = "config.json and model.safetensors must be of one model";

/// A safetensors file, its header read and held against its length.
#[derive(Debug)]
pub(crate) struct Weights {
    path: PathBuf,
    file: File,
    metadata: Metadata,
    /// Where the tensors begin.
    data: u64,
    /// What stands before each name.
    prefix: &'static str,
    digest: Sha256,
}

impl Weights {
    pub(crate) fn open(folder: &Folder) -> Result<Self, EmbedError> {
        let path = folder.path(FILE);
        let (mut file, bytes) = folder.open(FILE, MOST_BYTES)?;
        let form = |problem: String| EmbedError::Form { path: path.clone(), problem };
        let read = |problem: io::Error| EmbedError::Read { path: path.clone(), problem };
        if bytes < 8 {
            return Err(form(format!("{bytes} bytes are no safetensors file")));
        }
        let mut length = [0; 8];
        file.read_exact(&mut length).map_err(read)?;
        let length = u64::from_le_bytes(length);
        if length > MOST_HEADER.min(bytes - 8) {
            return Err(form(format!("a header of {length} bytes does not stand in a file of {bytes}")));
        }
        let mut header = vec![0; length as usize];
        file.read_exact(&mut header).map_err(read)?;
        let metadata: Metadata = serde_json::from_slice(&header).map_err(|fault| form(fault.to_string()))?;
        let data = 8 + length;
        if metadata.data_len() as u64 != bytes - data {
            let problem = format!("{} bytes of tensors are announced, {} are there", metadata.data_len(), bytes - data);
            return Err(form(problem));
        }
        Ok(Self { path, file, metadata, data, prefix: "", digest: Sha256::new() })
    }

    /// The same, each name behind this prefix if the file has `name` there.
    pub(crate) fn under(mut self, prefix: &'static str, name: &str) -> Self {
        if self.metadata.info(&format!("{prefix}{name}")).is_some() {
            self.prefix = prefix;
        }
        self
    }

    /// First digits of a digest of all tensors that were read, in their order, and of `others`.
    pub(crate) fn digest(mut self, others: &[&[u8]]) -> String {
        for other in others {
            self.digest.update((other.len() as u64).to_le_bytes());
            self.digest.update(other);
        }
        let first = self.digest.finalize().iter().take(6).fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
        format!("{first:012x}")
    }

    fn fault(&self, tensor: &str, problem: String) -> EmbedError {
        EmbedError::Tensor { path: self.path.clone(), tensor: tensor.to_owned(), problem, hint: HINT }
    }

    /// The shape of a tensor.
    pub(crate) fn shape(&self, name: &str) -> Option<&[usize]> {
        self.metadata.info(&format!("{}{name}", self.prefix)).map(|info| info.shape.as_slice())
    }

    /// The numbers of a tensor, which must have this shape.
    fn numbers(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EmbedError> {
        let name = format!("{}{name}", self.prefix);
        let Some(info) = self.metadata.info(&name) else {
            return Err(self.fault(&name, "is not there".to_owned()));
        };
        let ((start, end), kind) = (info.data_offsets, info.dtype);
        if info.shape != shape {
            let problem = format!("has the shape {:?}, config.json says {shape:?}", info.shape);
            return Err(self.fault(&name, problem));
        }
        if !matches!(kind, Dtype::F32 | Dtype::F16 | Dtype::BF16) {
            return Err(EmbedError::Tensor {
                path: self.path.clone(),
                tensor: name,
                problem: format!("is of the type {kind:?}"),
                hint: "F32, F16 and BF16 are read; take weights that are not quantised",
            });
        }
        // The header was held against the length of the file, so that no more is asked for than there is.
        let mut bytes = vec![0; end - start];
        let read = self.file.seek(SeekFrom::Start(self.data + start as u64));
        read.and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(|problem| EmbedError::Read { path: self.path.clone(), problem })?;
        self.digest.update(name.as_bytes());
        self.digest.update(&bytes);
        let numbers: Vec<f32> = match kind {
            Dtype::F32 => bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect(),
            Dtype::F16 => bytes.as_chunks().0.iter().map(|two| f16::from_le_bytes(*two).to_f32()).collect(),
            _ => bytes.as_chunks().0.iter().map(|two| bf16::from_le_bytes(*two).to_f32()).collect(),
        };
        if let Some(at) = numbers.iter().position(|number| !number.is_finite()) {
            return Err(EmbedError::Tensor {
                path: self.path.clone(),
                tensor: name,
                problem: format!("number {at} is not finite"),
                hint: "copy the file anew, it may be damaged",
            });
        }
        Ok(numbers)
    }

    /// A table of `rows` rows.
    pub(crate) fn table(&mut self, name: &str, rows: usize, columns: usize) -> Result<Array2<f32>, EmbedError> {
        let numbers = self.numbers(name, &[rows, columns])?;
        Array2::from_shape_vec((rows, columns), numbers).map_err(|fault| self.fault(name, fault.to_string()))
    }

    fn row(&mut self, name: &str, columns: usize) -> Result<Array1<f32>, EmbedError> {
        self.numbers(name, &[columns]).map(Array1::from)
    }

    /// A linear layer with its bias.
    pub(crate) fn linear(&mut self, name: &str, from: usize, to: usize) -> Result<Linear, EmbedError> {
        let weight = self.table(&format!("{name}.weight"), to, from)?;
        Ok(Linear { weight, bias: Some(self.row(&format!("{name}.bias"), to)?) })
    }

    /// A normalisation; old files call its two rows gamma and beta.
    pub(crate) fn norm(&mut self, name: &str, columns: usize, epsilon: f32) -> Result<Norm, EmbedError> {
        let old = self.shape(&format!("{name}.weight")).is_none() && self.shape(&format!("{name}.gamma")).is_some();
        let [weight, bias] = if old { ["gamma", "beta"] } else { ["weight", "bias"] };
        let weight = self.row(&format!("{name}.{weight}"), columns)?;
        Ok(Norm { weight, bias: self.row(&format!("{name}.{bias}"), columns)?, epsilon })
    }
}
