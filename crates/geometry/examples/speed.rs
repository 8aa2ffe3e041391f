//! x
use geometry::*;
use std::hint::black_box;
use std::time::Instant;
struct R(u64);
impl R { fn f(&mut self,a:f64,b:f64)->f64{ self.0=self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407); a+(b-a)*((self.0>>11) as f64/(1u64<<53) as f64)} fn v(&mut self,a:f64,b:f64)->Vec3{Vec3::new(self.f(a,b),self.f(a,b),self.f(a,b))} }
fn bench(name:&str,n:usize,mut f:impl FnMut(usize)->f64){ let mut t=vec![]; let mut s=0.; for _ in 0..21{ let i=Instant::now(); for k in 0..n{ s+=black_box(f(k)); } t.push(i.elapsed().as_nanos() as f64/n as f64);} t.sort_by(f64::total_cmp); println!("{name:32} {:8.1} ns  (sum {s:.3})",t[10]); }
fn main(){
  let mut r=R(1); let n=2000;
  for (what,spread,upright) in [("far upright",6.,true),("far tilted",6.,false),("near upright",1.,true),("near tilted",1.,false)] {
    let mk=|r:&mut R| { let c=r.v(-spread,spread); let h=r.v(0.1,1.); if upright {OrientedBox::upright(c,h,r.f(-3.,3.)).unwrap()} else {let q=Quat::from_xyzw(r.f(-1.,1.),r.f(-1.,1.),r.f(-1.,1.),r.f(-1.,1.)).normalize(); OrientedBox::new(c,h,Mat3::from_quat(q)).unwrap()} };
    let bs:Vec<_>=(0..n).map(|_|(mk(&mut r),mk(&mut r))).collect();
    println!("{what}: disjoint {}/{n}", bs.iter().filter(|(a,b)|box_box(a,b).distance_m>0.).count());
    bench("box_box",n,|k|box_box(&bs[k].0,&bs[k].1).distance_m);
    bench("volume",n,|k|intersection_volume_m3(&bs[k].0,&bs[k].1));
    bench("iou",n,|k|iou_3d(&bs[k].0,&bs[k].1));
    bench("iou_footprint",n,|k|iou_footprint(&bs[k].0,&bs[k].1));
    bench("footprint",n,|k|bs[k].0.footprint().area_m2());
    bench("footprint_distance",n,|k|footprint_distance(&bs[k].0.footprint(),&bs[k].1.footprint()));
    bench("box_point",n,|k|box_point(&bs[k].0,&bs[k].1.centre()).distance_m);
    bench("box_segment",n,|k|box_segment(&bs[k].0,&bs[k].1.centre(),&bs[k].1.corners()[0]).distance_m);
    bench("bearing",n,|k|bearing_rad(bs[k].0.centre(),bs[k].1.centre(),bs[k].1.corners()[0]).unwrap());
    bench("classify clock",n,|k|SectorSystem::Clock.classify(bs[k].0.yaw_rad()) as f64);
    bench("touched clock",n,|k|SectorSystem::Clock.touched(Arc::new(bs[k].0.yaw_rad(),0.1)).len() as f64);
    bench("interval mul",n,|k|{let b=&bs[k].0; (Interval::around(b.half().x,0.1)*Interval::around(b.half().y,0.1)).hi()});
  }
}
